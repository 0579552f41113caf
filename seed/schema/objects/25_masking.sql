-- Takes what tells of a person out of free text: names, phones, identity numbers, plates, doors, mail addresses, bank
-- cards, accounts of WeChat and QQ. The door calls app.mask_text for every text it writes where a screen can read it,
-- so no writer can go round it. How much it finds and what it takes by mistake is measured: docs/personal-data.md.
-- Patterns name their signs instead of classes such as \w, whose meaning depends on the database's locale.

-- Parts that several patterns share. Constant arguments: the planner folds each call into a text.
create or replace function app.masking_part(p_part text) returns text
language sql immutable parallel safe
as $$
    select case p_part
        when 'surname' then '(?!白天|白色|白花|黄昏|黄色|黄金|黄江|马上|马路|方便|方才|高度|高空|高坑|金属|石头|石油|江边|江水|周边|周围|周末|常年|常常|'
            || '万分|万一|路面|毛坯|雷雨|雷电|夏季|任何|何时|何人|余下|余泥|易涝|易燃|易爆|段落|于是|于凌|管道|管理|曾经|龙头|谢谢|谢绝|'
            || '罗湖|龙华|温度|温泉|成都|汤锅|秦皇|邓小平|于昨|于今|严重|严格|程度|范围|方面|方向|全部|安全|武警|钟点)'
            || '(?:欧阳|司马|上官|诸葛|东方|皇甫|慕容|司徒|令狐|夏侯|'
            || '[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘'
            || '杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施'
            || '陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦柳邢岳齐梅莫庄辛管祝左涂谷祁舒耿牟詹凌费纪靳盛童甄项曲游裴席鲍覃'
            || '霍翁隋甘景柏柯阮桂闵柴饶瞿戚古滕苑邬臧宫苟褚简娄符穆郎晏栾郁蒙喻窦迟敖卓仇艾蓝巩虞卞冼佟匡宗巫桑荆])'
        -- what given names are made of; signs of everyday words are left out
        when 'given' then '[伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂芬玲鹏华红梅飞玉萍辉建国春燕文斌宇浩凯健俊'
            || '帆雪荣晨婷雷宁琴凤洁莉林波晶旭丹欣阳佳慧鑫怡琳倩颖婧雯瑶璐琪蕾薇菲萱嘉梓涵轩博睿泽子一诺雨晓小大德志忠义仁'
            || '礼智信孝贤良善福禄寿喜财宝贵富昌盛兴隆旺祥瑞吉庆康乐安永长久恒远海江河山川峰岭岩石松柏竹菊莲荷花叶云月星辰'
            || '天宏洪伯仲叔季元亨利贞少年庭栋梁材学诗书画剑琦珍珠琼瑛瑜璇珊瑾淑惠贤娴雅婉柔美香芝芸苗茜莎蓉蓓蔓蕊薪若如妍'
            || '妮姗姣娇婵媛嫣爱碧翠绿青紫彩虹霜露冰寒冬秋夏晴朗昊昕昭晖曦昆昱景晋晟晗冉东南西北中正振威武力立毅坚成功业伦'
            || '兵彬彪邦家保全生发根水火木金土新民族亚亮亭仪代任俐倍俞俪倬光克先兆凌刘利加勋卓占卫厚友双可同向启和哲唐商喆'
            || '尚士声壮大奇奎好姝孟宗定宜宪宾富尧山岚巧己帅希幼广庚延开弘彤彦徐心必怀思恩悦情惜愉愿慈才扬承振捷敬斐方旋时晋'
            || '智曼曾朋望朝未本权来柯楠楚榕樱欢正毓民沁沛泉泓洛津浪润淳淼清源溪滢滨潇澄澜炎炜炳烁烨焕然煜熙照爽牧玄玥珂珑'
            || '理琛瑄瑞璟甜田登百皓盈真知祖祺禹秉程稳竣童笑筠纯红纪纬纲绍经绮维罡羽翔翰耀聪胜腾舒舟航艺芊芙茂荃菁萌葳蔚蕴虎'
            || '行裕西言诚语谦豪贝贺赫超越跃轶辰达远迪逸道郁野铁铃铎铭锋锐锦镇长闯闻阔陆雄霆霏静韵韬顺颂风飒馨驰骏高鸣鸿鹤'
            || '鹰麒麟黎默齐龙誉进磊建鸣钢银镜某]'
        when 'labels' then '姓名|户名|名叫|联系人|联系|投诉人|举报人|报警人|报案人|报案|来电人|来访人|来信人|信访人|信访户|反映人|申请人|'
            || '当事人|负责人|监护人|经办人|业主|住户|租户|租客|房东|户主|居民|市民|村民|群众|商户|商贩|店主|车主|司机|乘客|患者|'
            || '死者|伤者|家属|家长|老人|儿子|女儿|丈夫|妻子|父亲|母亲|工人|员工|网格员|格长|格员|民警|医生|学生|同学|我叫|我是|'
            || '本人|对象|走访|慰问|探访|调解|通知|邻居|男子|女子|狗主人|嫌疑人|被告|原告'
        when 'doings' then '反映|投诉|来电|来访|举报|报警|报案|致电|求助|信访|称|表示|要求|承诺|提供|多次|不配合|占道|私自|独居|按时|'
            || '酒后|打架|被|把|[，,（( ]?[男女](?![士子儿生朋])|走失|受伤|两人|夫妻|兄弟|等|之间|的|家|住|在|到|因|发生|说|想|从|与|和|及|拒'
        -- of them, those that tell that somebody did something
        when 'telling' then '反映|投诉|来电|来访|举报|报警|报案|致电|求助|信访|称|表示|要求|走失|打架|酒后|受伤|把|两人|夫妻|兄弟'
        when 'titles' then '先生|女士|小姐|太太|阿姨|大爷|大妈|大叔|大伯|大姐|大哥|师傅|老师|医生|同志|同学|经理|老板|主任|书记|队长|所长|'
            || '科长|局长|校长|院长|老人|奶奶|爷爷|婆婆|叔叔|姐|伯|叔|哥|嫂|婶'
        when 'numeral' then '(?:[A-Za-z]?[0-9]{1,4}(?:-[0-9]{1,4})?[A-Za-z]?|[A-Za-z]|[一二三四五六七八九十]{1,3})'
        when 'english_labels' then '[Nn]ame is|[Nn]ame:|[Nn]amed|[Cc]ontact|[Cc]aller|[Rr]esident|[Tt]enant|[Oo]wner|'
            || '[Ll]andlord|[Ll]andlady|[Nn]eighbou?r|[Cc]omplainant|[Cc]itizen|[Dd]river|[Pp]atient|[Vv]ictim|[Ww]itness|'
            || '[Rr]eported by|[Ss]ubmitted by|[Cc]alled by|[Ss]poke (?:with|to)|[Ss]igned|[Aa]sk for|[Ss]?[Hh]e is|I saw'
        when 'street' then '(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Ln|Lane|Dr|Drive|Ct|Court|Pl|Place|Way|Ter|Terrace|'
            || 'Pkwy|Parkway|Cir|Circle|Sq|Square|Alley|Hwy|Highway|Row|Walk)'
    end
$$;

-- Whether an identity number of eighteen signs bears the check sign of its first seventeen (ISO 7064, MOD 11-2).
create or replace function app.is_identity_number(p_number text) returns boolean
language sql immutable strict parallel safe
as $$
    select substr('10X98765432', 1 + cast(sum(
        cast(substr(p_number, place, 1) as integer)
        * (array[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])[place]
    ) as integer) % 11, 1) = upper(substr(p_number, 18, 1))
    from generate_series(1, 17) as place
$$;

-- Whether digits end with the check digit of bank cards (Luhn).
create or replace function app.is_card_number(p_number text) returns boolean
language sql immutable strict parallel safe
as $$
    select sum(case when doubled > 9 then doubled - 9 else doubled end) % 10 = 0
    from (
        select cast(substr(reverse(p_number), place, 1) as integer) * (2 - place % 2) as doubled
        from generate_series(1, length(p_number)) as place
    ) as weighed
$$;

-- Marks identity numbers and bank cards among the long numbers of a text: by their check digits, or by what they are
-- called. Numbers of orders and cases are neither.
create or replace function app.mark_long_numbers(p_text text) returns text
language plpgsql immutable parallel safe
as $$
declare
    found text;
    digits text;
    before text;
    result text := p_text;
begin
    for found in
        select matched[1]
        from regexp_matches(
            p_text, '(?<![0-9A-Za-z])([0-9](?:[ -]?[0-9]){13,18}[Xx]?)(?![0-9A-Za-z])', 'g'
        ) as matched
    loop
        digits := translate(found, ' -', '');
        before := right(left(p_text, strpos(p_text, found) - 1), 24);
        if digits ~ ('^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}'
                || '(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]'
                || '|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})$')
            and (
                length(digits) = 15
                or app.is_identity_number(digits)
                or before ~ '(?:身份|证件|证号|居住证|ID|[Ii]dentity)[^0-9，。；,.;]{0,12}$'
            ) then
            result := replace(result, found, E'\uE001');
        elsif digits ~ '^[3-69][0-9]{15,18}$'
            and (
                app.is_card_number(digits)
                or before ~ '(?:卡|账号|帐号|账户|[Cc]ard|[Aa]ccount)[^0-9，。；,.;]{0,12}$'
            ) then
            result := replace(result, found, E'\uE002');
        end if;
    end loop;
    return result;
end
$$;

-- The text with a mark in the place of each thing that tells of a person, one of a private sign for each kind:
-- E001 identity, E002 card, E003 email, E004 plate, E005 account, E006 phone, E007 door, E008 name. Full-width digits
-- become plain ones. Numbers go first: a name is often known by the number that follows it.
create or replace function app.mark_personal(p_text text) returns text
language plpgsql immutable parallel safe
as $$
declare
    told text := p_text;
begin
    if told ~ '[０-９＠]' then
        told := translate(told, '０１２３４５６７８９＠', '0123456789@');
    end if;
    if told ~ '@' then
        told := regexp_replace(told, '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+', E'\uE003', 'g');
    end if;
    if told ~ '[0-9]' then
        if told ~ '[0-9](?:[ -]?[0-9]){13}' then
            told := app.mark_long_numbers(told);
        end if;
        if told ~ '[0-9]{3}-[0-9]{2}-[0-9]{4}|护照|通行证|[Pp]assport|[Aa]ccount|[账帐卡]号' then
            told := regexp_replace(regexp_replace(told,
                '((?:护照|通行证|[Pp]assport)(?: no[.]?| number|号码|号)?[:：为是 ]*)[A-Za-z][0-9]{7,9}(?![0-9])'
                || '|(?<![0-9-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![0-9-])',
                E'\\1\uE001', 'g'),
                '((?:[Aa]ccount|[账帐卡]号)(?: no[.]?| number|码)?[:：为是 ]*)[0-9]{8,19}(?![0-9])', E'\\1\uE002', 'g');
        end if;
        if told ~ '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]-?[A-Za-z]|WJ|[Pp]late|[Tt]ag' then
            told := regexp_replace(regexp_replace(told,
                'WJ ?[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]?[0-9]{4}[0-9A-Z]'
                || '|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领]-?[A-Za-z] ?[·•.-]? ?'
                || '(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳领])(?![A-Za-z0-9])',
                E'\uE004', 'g'),
                '((?:[Pp]late|[Tt]ag)(?: number| no[.]?)?[ :#,]*(?:is )?)'
                || '(?=[A-Z]{0,4}[ -]?[A-Z]{0,2}[0-9])[A-Z0-9]{1,3}[ -]?[A-Z0-9]{2,5}(?![A-Za-z0-9])',
                E'\\1\uE004', 'g');
        end if;
        if told ~ '微信|[Ww]e?[Cc]hat|[Ww][Xx]|[Vv][Xx信]|薇信|[Qq]{2}|扣扣|企鹅号|抖音号|快手号' then
            told := regexp_replace(told,
                '((?:微信|[Ww]e?[Cc]hat|[Ww][Xx]|[Vv][Xx]|[Vv]信|薇信|[Qq]{2}|扣扣|企鹅|抖音|快手)(?:号码|账号|号|ID|为|是|is|[:： ])*)'
                || '(?:(?<=[信号：:])[a-z]{6,19}|(?=[A-Za-z_-]*[0-9_])[A-Za-z][A-Za-z0-9_-]{5,19}|[1-9][0-9]{4,11})(?![A-Za-z0-9])',
                E'\\1\uE005', 'g');
        end if;
        if told ~ '[0-9][0-9 .()-]{5,}[0-9]' then
            told := regexp_replace(regexp_replace(regexp_replace(told,
                -- mobile and landline of China, with or without their codes; of elsewhere with a plus sign
                '(?:(?<![0-9A-Za-z.-])(?:[+]?(?:0086|86)[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}'
                || '|(?<![0-9A-Za-z.-])[(（]?0[1-9][0-9]{1,2}[)）]?[ -]?[2-9][0-9]{2,3}[ -]?[0-9]{4}'
                || '|[+][0-9]{1,3}(?:[ .-]?[(]?[0-9]{1,4}[)]?){2,5})(?![0-9])',
                E'\uE006', 'g'),
                -- of North America
                '(?<![0-9A-Za-z.-])[(]?(?!8(?:00|33|44|55|66|77|88))[2-9][0-9]{2}[)]?[ .-]{1,2}[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9])',
                E'\uE006', 'g'),
                -- any that is called one
                '((?:电话|座机|手机|传真|致电|回拨|联系方式|[Tt]el|[Pp]hone|[Cc]ell|[Mm]obile|[Tt]ext|[Cc]all(?: me)?(?: at| on)?|number is)'
                || '(?:号码|号|是|为|[:：. ])*)[(（]?[0-9][0-9 .()（）-]{4,13}[0-9](?![0-9])',
                E'\\1\uE006', 'g');
        end if;
    end if;
    if told ~ '[栋幢座室房弄号#]|单元|[0-9]-[0-9]' then
        told := regexp_replace(regexp_replace(told,
            '([路街巷道村里弄坊苑园围组排])(?:' || app.masking_part('numeral') || '巷)?(?:[0-9]{1,4}[A-Za-z]?(?:-[0-9]{1,3})?|[一二三四五六七八九十]{1,3})号(?![线井])'
            || '(?:' || app.masking_part('numeral') || '(?:号楼|栋|幢|座|单元|楼|层|室|房|号)|[0-9]{3,4})*',
            E'\\1\uE007', 'g'),
            '(?:' || app.masking_part('numeral') || '(?:号楼|栋|幢|座|单元)'
            || '(?:' || app.masking_part('numeral') || '(?:号楼|栋|幢|座|单元|楼|层|室|房|号)|[0-9]{3,4})+'
            || '|(?<!第)' || app.masking_part('numeral') || '(?:号楼|单元)(?!价)'
            || '|(?<![共有这那约达余0-9])(?:[A-Za-z][0-9]?|[0-9]{1,3})[栋幢](?![居楼住建房别民旧厂])'
            || '|[A-Za-z]座|[0-9]{3,4}[室房]|(?<=[园区苑城寓厦府湾里庭])[0-9]{1,2}-[0-9]{3,4}(?![0-9-])|(?<=[一-龥])#[0-9]{3,4}'
            || '|(?<![0-9-])[0-9]{1,2}-[0-9]{1,2}-(?!(?:19|20)[0-9]{2})[0-9]{3,4}(?![0-9-]))',
            E'\uE007', 'g');
    end if;
    if told ~ '[A-Za-z][.]? ?[#]?[0-9A-Z]|[0-9][A-Za-z]? [A-Z]' then
        told := regexp_replace(regexp_replace(told,
            '(?<![A-Za-z])(?:[Aa]pt|[Aa]partment|[Uu]nit|[Ss]uite|[Ss]te|[Rr]oom|[Rr]m|[Ff]lat|[Nn]r)[.]? ?[#]? ?'
            || '(?:[A-Za-z]?-?[0-9]{1,5}[A-Za-z]?|[A-Z](?:-[0-9]{1,4})?)(?![A-Za-z0-9])',
            E'\uE007', 'g'),
            '(?<![0-9A-Za-z:./-])(?<!Route )(?:[Nn]o[.]? ?)?[0-9]{1,5}[A-Za-z]?'
            || '(?= (?:[NSEW][.]? )?[A-Z][A-Za-z''.]*(?: [A-Z][A-Za-z]*){0,2} ' || app.masking_part('street') || '(?![A-Za-z]))'
            || '|(?<=[Hh]ouse )(?:[Nn]o[.]? ?|number |[#])?[0-9]{1,5}[A-Za-z]?(?![0-9A-Za-z])',
            E'\uE007', 'g');
    end if;
    -- a name and what one calls its bearer
    if told ~ app.masking_part('titles') then
        told := regexp_replace(told,
            '(?<![0-9])' || app.masking_part('surname') || app.masking_part('given') || '{0,2}'
            || '(?=' || app.masking_part('titles') || ')',
            E'\uE008', 'g');
    end if;
    -- who somebody is, and the name
    if told ~ app.masking_part('labels') then
        told := regexp_replace(told,
            '((?:' || app.masking_part('labels') || ')(?:姓名|名字|名叫|叫)?(?:[:：为是] ?| )?)'
            || app.masking_part('surname') || app.masking_part('given') || '{1,2}'
            || '(?=[^一-龥]|$|' || app.masking_part('doings') || '|电话|手机|身份|微信|座机|邮箱|监护)',
            E'\\1\uE008', 'g');
    end if;
    -- at the start of a clause: a name and what it does, or its number
    if told ~ (app.masking_part('telling') || E'|[\uE001-\uE008]') then
        told := regexp_replace(told,
            '(^|[，。；、,;（( ：:与和及]|昨晚|昨天|今天|今早|刚才|据|找)'
            || app.masking_part('surname') || app.masking_part('given') || '{1,2}'
            || '(?=' || app.masking_part('doings')
            || '|[，,（(：: ]*(?:联系)?(?:电话|手机|身份证|微信)?(?:号码|号)?[：:为是 ]*[\uE001-\uE007])',
            E'\\1\uE008', 'g');
    end if;
    if told ~ E'[·•]|[、与和]\uE008|\uE008[、与和]' then
        told := regexp_replace(regexp_replace(regexp_replace(told,
            E'(\uE008[、与和])' || app.masking_part('surname') || app.masking_part('given') || '{1,2}',
            E'\\1\uE008', 'g'),
            '(^|[，。；、,;：:调解])' || app.masking_part('surname') || app.masking_part('given') || E'{1,2}(?=[、与和]\uE008)',
            E'\\1\uE008', 'g'),
            '[阿卜杜拉买提古丽娜尔艾山合木热依汗玛莉吾斯江库班迪力吐逊穆罕默德萨比努沙亚克帕孜]{2,6}[·•]'
            || '[阿卜杜拉买提古丽娜尔艾山合木热依汗玛莉吾斯江库班迪力吐逊穆罕默德萨比努沙亚克帕孜]{2,8}',
            E'\uE008', 'g');
    end if;
    if told ~ ' [A-Z]' then
        told := regexp_replace(regexp_replace(told,
            '((?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)[.]? (?:and (?:Mr|Mrs|Ms)[.]? )?)'
            || '(?:[A-Z][.] )?[A-Z][A-Za-z''-]+(?: [A-Z][.])?(?: [A-Z][a-z''-]+)?',
            E'\\1\uE008', 'g'),
            '((?:' || app.masking_part('english_labels') || ')[:,]? )'
            || '(?!(?:[A-Z][A-Za-z]* )?(?:Police|Fire|Public|City|County|State|Department|Office|Council|Works|Housing))'
            || '[A-Z][A-Za-z''-]+(?: [A-Z][.])? [A-Z][A-Za-z''-]+',
            E'\\1\uE008', 'g');
    end if;
    return told;
end
$$;

-- A text without what tells of a person, a ＊ in each place. Most texts hold nothing: one look says so.
create or replace function app.mask_text(p_text text) returns text
language sql immutable parallel safe
as $$
    select case
        when p_text ~ (
            '[0-9０-９@＠]|[栋幢座]|单元|[·•]|' || app.masking_part('titles') || '|' || app.masking_part('labels')
            || '|' || app.masking_part('telling') || '|Mr|Ms|Miss|Mx|Dr|Prof|' || app.masking_part('english_labels')
        )
            then translate(
                app.mark_personal(p_text), E'\uE001\uE002\uE003\uE004\uE005\uE006\uE007\uE008', '＊＊＊＊＊＊＊＊'
            )
        else p_text
    end
$$;
